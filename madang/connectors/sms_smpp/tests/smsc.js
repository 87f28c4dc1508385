// An SMSC on npm's `smpp`: not our code and not smpp34. Tells what happens as JSON lines, and takes orders as such.
"use strict";
const smpp = require("smpp");

const listeners = new Set();
const tell = (event) => process.stdout.write(JSON.stringify(event) + "\n");
let count = 0;
let refusals = [];

function bound(session, pdu, kind) {
  if (pdu.password !== "secret") {
    tell({ event: "refused", kind });
    session.send(pdu.response({ command_status: smpp.ESME_RINVPASWD }));
    return;
  }
  session.send(pdu.response({ system_id: "NPM" }));
  if (kind !== "transmitter") listeners.add(session);
  tell({ event: "bound", kind });
}

function receipt(pdu, id, state) {
  const words = `id:${id} sub:001 dlvrd:001 submit date:2611212130 done date:2611212131 stat:${state} err:000 text:`;
  return {
    source_addr: pdu.destination_addr,
    destination_addr: pdu.source_addr,
    esm_class: 4,
    receipted_message_id: id,
    message_state: state === "DELIVRD" ? 2 : 5,
    short_message: words,
  };
}

function submitted(session, pdu) {
  const refusal = refusals.shift();
  if (refusal) {
    session.send(pdu.response({ command_status: smpp[refusal] }));
    return;
  }
  count += 1;
  const id = `n${count}`;
  const payload = pdu.message_payload;
  const message = payload ? payload.message : pdu.short_message.message;
  const udh = pdu.short_message.udh ? [...pdu.short_message.udh[0]] : [];
  const { source_addr: from, destination_addr: to, data_coding: coding } = pdu;
  tell({ event: "submit", id, from, to, coding, udh, message, ton: pdu.dest_addr_ton, whole: Boolean(payload) });
  session.send(pdu.response({ message_id: id }));
  for (const listener of listeners) listener.deliver_sm(receipt(pdu, id, "DELIVRD"));
}

function deliver(order) {
  for (const part of order.parts) {
    const short_message = part.udh ? { udh: Buffer.from(part.udh), message: part.text } : part.text;
    const packet = { source_addr: order.from, source_addr_ton: 1, destination_addr: "15880000", data_coding: 8 };
    for (const listener of listeners) {
      listener.deliver_sm({ ...packet, esm_class: part.udh ? 0x40 : 0, short_message }, (pdu) =>
        tell({ event: "acknowledged", status: pdu.command_status }),
      );
    }
  }
}

const server = smpp.createServer({}, (session) => {
  for (const kind of ["receiver", "transmitter", "transceiver"]) {
    session.on(`bind_${kind}`, (pdu) => bound(session, pdu, kind));
  }
  session.on("submit_sm", (pdu) => submitted(session, pdu));
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
  session.on("close", () => listeners.delete(session));
  session.on("error", () => listeners.delete(session));
});

require("readline")
  .createInterface({ input: process.stdin })
  .on("line", (line) => {
    const order = JSON.parse(line);
    if (order.refuse) refusals = order.refuse;
    if (order.parts) deliver(order);
  })
  .on("close", () => process.exit());

server.listen(Number(process.argv[2] || 0), "127.0.0.1", () => tell({ event: "listening", port: server.address().port }));
