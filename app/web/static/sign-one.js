import { Panel } from "./signing/panel.js";

const { record, version } = document.getElementById("record").dataset;
const root = document.getElementById("sign");
new Panel(root, JSON.parse(root.dataset.texts), {
  chosen: () => [{ record, version: Number(version), name: root.dataset.name }],
  finished: ([one]) => { if (one.status === "signed") location.assign(`/records/${record}?done=signed`); },
  native: true,
});
