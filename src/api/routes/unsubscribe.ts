/** A person stops one kind of mail by the link in it, or their mail program does; neither has a key. */
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Unsubscription } from "../../alerts/mail/unsubscribing.ts";
import { statusOf } from "../../core/error-status.ts";
import { AppError } from "../../core/errors.ts";
import {
  BROKEN_LINK_PAGE,
  type PageWords,
  subscribedAgainPage,
  unsubscribedPage,
  unsubscribePage as unsubscribeWords,
} from "../../core/messages/page-words.ts";
import {
  type AlertPreferences,
  changeAlertPreferences,
  readAlertPreferences,
} from "../../insights/alert-preferences.ts";
import type { Api } from "../api.ts";
import { unsubscribe, unsubscribePage } from "../contract/endpoints/unsubscribe.ts";
import { sendFailure } from "../failures.ts";
import type { ApiPorts } from "../ports.ts";
import { serve } from "../serve.ts";
import { UNSUBSCRIBE_HEADERS, type UnsubscribePage, unsubscribeHtml } from "../unsubscribe-page.ts";

/** What browsers and mail programs send; the address alone says what is wanted. */
const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];

export function unsubscribeRoutes(app: Api, ports: ApiPorts): void {
  // Its forms and its failures are of these pages only.
  void app.register((scope, _options, registered) => {
    const pages = scope as Api;
    pages.addContentTypeParser(FORMS, { parseAs: "buffer" }, (_request, _body, done) => {
      done(null, undefined);
    });
    pages.setErrorHandler((thrown, request, reply) =>
      sendTrouble(ports, thrown, { request, reply }),
    );
    serve(pages, unsubscribePage, async ({ query: { token }, reply }) => {
      const { customerId, kind } = await whomFor(ports, token);
      const { unsubscribed } = await readAlertPreferences(ports.store, customerId);
      return unsubscribed.includes(kind)
        ? send(ports, reply, offeringUndo(token, unsubscribedPage(kind)))
        : send(ports, reply, { words: unsubscribeWords(kind), sends: { token } });
    });
    serve(pages, unsubscribe, async ({ query: { token, undo }, reply }) => {
      const { customerId, kind } = await whomFor(ports, token);
      const isAgain = undo === "true";
      await changeAlertPreferences(ports.store, customerId, {
        change: (before) => ({ ...before, unsubscribed: listed(before, { kind, isAgain }) }),
        at: ports.clock.now(),
      });
      return isAgain
        ? send(ports, reply, { words: subscribedAgainPage(kind), sends: null })
        : send(ports, reply, offeringUndo(token, unsubscribedPage(kind)));
    });
    registered();
  });
}

/** Throws `invalid_request` for a link that is none of ours, `not_found` where the customer is not there any more. */
async function whomFor(ports: ApiPorts, token: string): Promise<Unsubscription> {
  const wanted = ports.unsubscribing.read(token);
  if (wanted === null) {
    const reason = "is not whole: open the link again from the mail.";
    throw new AppError("invalid_request", `token: ${reason}`, { field: "token", reason });
  }
  if ((await ports.customers.findById(wanted.customerId)) === null) {
    throw new AppError("not_found", "The customer of this link is not there any more.");
  }
  return wanted;
}

function listed(
  { unsubscribed }: AlertPreferences,
  of: { kind: Unsubscription["kind"]; isAgain: boolean },
): AlertPreferences["unsubscribed"] {
  const others = unsubscribed.filter((kind) => kind !== of.kind);
  return of.isAgain ? others : [...others, of.kind];
}

type Shown = Omit<UnsubscribePage, "sender">;

function offeringUndo(token: string, words: PageWords): Shown {
  return { words, sends: { token, undo: "true" }, isQuiet: true };
}

function send({ mailSender }: ApiPorts, reply: FastifyReply, page: Shown): FastifyReply {
  return reply
    .headers(UNSUBSCRIBE_HEADERS)
    .type("text/html; charset=utf-8")
    .send(unsubscribeHtml({ ...page, sender: mailSender }));
}

/** Who reads pages gets one; programs get the failure as everywhere. */
function sendTrouble(
  ports: ApiPorts,
  thrown: unknown,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
): FastifyReply {
  const isBroken =
    thrown instanceof AppError && ["invalid_request", "not_found"].includes(thrown.code);
  const readsPages = (request.headers.accept ?? "").includes("text/html");
  if (!isBroken || !readsPages) return sendFailure(thrown, request, reply);
  reply.code(statusOf(thrown.code));
  return send(ports, reply, { words: BROKEN_LINK_PAGE, sends: null });
}
