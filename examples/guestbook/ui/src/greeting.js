export function greeting(guests) {
  return guests.length === 0 ? "Be the first to sign." : `Signed by ${guests.join(", ")}.`;
}
