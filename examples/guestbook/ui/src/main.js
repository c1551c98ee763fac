import { h, render } from "preact";
import { greeting } from "./greeting.js";

const guests = await (await fetch("/guests")).json();
render(h("p", null, greeting(guests)), document.getElementById("guests"));
