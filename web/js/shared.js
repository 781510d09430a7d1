// Before the first words are typed: does somebody else look at this device? Asked once, beside the field, never in its
// way; the answer lives in this page only.
import { byId } from "./dom.js";
import { preferDiscreet } from "./memo.js";

let asked = false;

export function readyShared() {
  byId("words").addEventListener("focus", () => {
    if (asked) return;
    asked = true;
    byId("shared-ask").hidden = false;
  });
  byId("shared-yes").addEventListener("click", () => {
    byId("shared-ask").hidden = true;
    byId("shared").open = true;
    preferDiscreet();
    byId("shared").querySelector("summary").focus();
  });
  byId("shared-no").addEventListener("click", () => {
    byId("shared-ask").hidden = true;
    byId("words").focus();
  });
}
