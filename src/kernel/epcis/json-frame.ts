import { printedEvent } from "./event-json.ts";
import { printedVocabulary } from "./header-json.ts";
import { printedContext, printedForeign, printedShell } from "./json.ts";
import type { EpcisDocument, EpcisEvent, ForeignEvent } from "./model.ts";
import { Scope } from "./names.ts";

/**
 * What stands before and after the events of a JSON document, so that they can be printed one by one,
 * a line each. Prefixes that only an event needs are declared in its own `@context`.
 */
export class JsonFrame {
  private readonly document: Omit<EpcisDocument, "events">;
  private readonly scope: Scope;
  private printed = 0;

  constructor(document: Omit<EpcisDocument, "events">) {
    this.document = document;
    this.scope = new Scope(document.namespaces);
  }

  open(): string {
    const shell = printedShell(this.document, this.scope);
    const text = JSON.stringify(
      { "@context": printedContext(this.scope, this.document.contexts), ...shell },
      undefined,
      2,
    );
    return `${text.slice(0, -2)},\n  "epcisBody": {${this.document.type === "EPCISDocument" ? "" : this.openResults()}\n    "eventList": [`;
  }

  private openResults(): string {
    const { queryName = "SimpleEventQuery", subscriptionID } = this.document.query ?? {};
    const subscription = subscriptionID === undefined ? "" : `"subscriptionID": ${JSON.stringify(subscriptionID)}, `;
    return ` "queryResults": { ${subscription}"queryName": ${JSON.stringify(queryName)}, "resultsBody": {`;
  }

  event(event: EpcisEvent): string {
    return this.line((scope) => printedEvent(event, scope));
  }

  foreign(foreign: ForeignEvent): string {
    return this.line((scope) => printedForeign(foreign, scope));
  }

  private line(print: (scope: Scope) => object): string {
    const scope = new Scope([], this.scope);
    const said = print(scope);
    const own = scope.namespaces().map(({ prefix, uri }) => ({ [prefix]: uri }));
    const text = JSON.stringify(own.length > 0 ? { "@context": own, ...said } : said);
    return `${this.printed++ === 0 ? "" : ","}\n      ${text}`;
  }

  close(): string {
    if (this.document.type === "EPCISDocument") return "\n    ]\n  }\n}\n";
    const vocabularies = this.document.header?.masterData?.map((one) => printedVocabulary(one, this.scope));
    const list = vocabularies ? `,\n    "vocabularyList": ${JSON.stringify(vocabularies)}` : "";
    return `\n    ]${list}\n  } } }\n}\n`;
  }
}
