import assert from "node:assert";
import test from "node:test";
import { greeting } from "./greeting.js";

test("an empty book invites", () => assert.equal(greeting([]), "Be the first to sign."));
test("guests are named", () => assert.equal(greeting(["Ada", "Bo"]), "Signed by Ada, Bo."));
