// The signing application on the official's own machine, by the protocol of VGCA Sign Service and its vgcaplugin.js: it
// fetches the file from FileName, the person signs there, it sends the signed file to FileUploadHandler, and answers
// with Status 0. It never gives a key, nor sees the session of this page.
import { call } from "./batch.js";

const AGENT = "wss://127.0.0.1:8987";

// `code`: agent-absent, agent-gone, agent-refused (with `status` and `message`) or agent-nothing.
export class AgentProblem extends Error {
  constructor(code, { status = "", message = "" } = {}) { super(code); Object.assign(this, { code, status, said: message }); }
}

// Whether a record, as the API gives it, has the signature of this role.
export const isSigned = (now, role) => now.status === "signed" || (role === "digitiser" && Boolean(now.digitised_by));

// Has one record signed in the version that the person was shown. Fails with AgentProblem, Refused, Lost.
export async function signByAgent({ record, version }, { seal, role }) {
  const ticket = await call("POST", `/api/v1/records/${record}/agent-signing`, { version, seal, role });
  const result = await vgcaSignApproved({
    FileName: location.origin + ticket.download, FileUploadHandler: location.origin + ticket.upload,
    SessionId: "", JWTToken: "", MetaData: [],
  });
  // what the service has is what counts, whatever the application says
  const now = await call("GET", `/api/v1/records/${record}`);
  if (isSigned(now, role)) return;
  if (result.Status === 0) throw new AgentProblem("agent-nothing");
  throw new AgentProblem("agent-refused", { status: result.Status, message: result.Message });
}

function vgcaSignApproved(order) {
  return new Promise((good, bad) => {
    const socket = new WebSocket(`${AGENT}/SignApproved`);
    let opened = false;
    socket.addEventListener("open", () => { opened = true; socket.send(JSON.stringify(order)); });
    socket.addEventListener("message", ({ data }) => {
      try { good(JSON.parse(data)); } catch { bad(new AgentProblem("agent-gone")); }
      socket.close();
    });
    socket.addEventListener("close", () => bad(new AgentProblem(opened ? "agent-gone" : "agent-absent")));
  });
}
