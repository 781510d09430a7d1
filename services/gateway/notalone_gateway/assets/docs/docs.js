// Shows /openapi.json as a page, with a form to try each call. The last `conversation` and the access token are kept on
// this page only.

const NAMES = ["get", "post", "put", "patch", "delete"];
let conversation = "";
let token = "";

/** Makes an element; text goes in as text, never as markup. */
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children.filter((child) => child !== null));
  return element;
}

/** Comments of the protos write names in backticks. */
const told = (text) => text.split("`").map((part, index) => (index % 2 ? make("code", {}, part) : part));

const resolve = (document_, schema) =>
  schema?.$ref ? schema.$ref.slice(2).split("/").reduce((at, key) => at[key], document_) : schema;

/** "array of Programme", "text, at most 500", ... */
function kindOf(schema) {
  if (schema.$ref) return schema.$ref.split("/").at(-1);
  if (schema.anyOf) return kindOf(schema.anyOf[0]);
  const type = [schema.type].flat().find((name) => name !== "null") ?? "any";
  if (type === "array") return `array of ${kindOf(schema.items)}${schema.maxItems ? `, at most ${schema.maxItems}` : ""}`;
  const limits = [
    schema.enum ? schema.enum.filter((value) => value !== null).join(" | ") : "",
    schema.maxLength ? `at most ${schema.maxLength} characters` : "",
    schema.maximum !== undefined ? `${schema.minimum} to ${schema.maximum}` : "",
    schema.pattern ? `like ${schema.pattern}` : "",
  ].filter(Boolean);
  return [type, ...limits].join(", ");
}

const innerReference = (schema) => schema.$ref ?? schema.items?.$ref ?? schema.anyOf?.[0]?.$ref;

/** The fields of a schema as a nested list; a schema inside itself is named only. */
function fields(document_, schema, above = []) {
  const list = make("ul", { class: "fields" });
  for (const [name, field] of Object.entries(resolve(document_, schema).properties ?? {})) {
    const needed = schema === resolve(document_, schema) && schema.required?.includes(name);
    const item = make("li", {}, make("code", {}, name), make("span", { class: "type" }, kindOf(field)));
    if (needed) item.append(make("span", { class: "needed" }, "required"));
    if (field.description) item.append(make("span", { class: "told" }, ...told(field.description)));
    const reference = innerReference(field);
    const inner = reference && resolve(document_, { $ref: reference });
    if (inner?.enum) item.append(make("span", { class: "told" }, inner.enum.join(" | ")));
    if (inner?.properties && !above.includes(reference)) {
      item.append(fields(document_, inner, [...above, reference]));
    }
    list.append(item);
  }
  return list;
}

function parameters(document_, operation) {
  const list = make("ul", { class: "fields" });
  for (const parameter of operation.parameters ?? []) {
    const enumeration = resolve(document_, parameter.schema);
    const kind = enumeration.enum ? enumeration.enum.join(" | ") : kindOf(parameter.schema);
    const item = make("li", {}, make("code", {}, parameter.name), make("span", { class: "type" }, `${parameter.in}, ${kind}`));
    if (parameter.required) item.append(make("span", { class: "needed" }, "required"));
    if (parameter.description) item.append(make("span", { class: "told" }, ...told(parameter.description)));
    list.append(item);
  }
  return list;
}

function input(document_, parameter) {
  const { enum: values } = resolve(document_, parameter.schema);
  if (!values) return make("input", { name: parameter.name, autocomplete: "off" });
  const choice = make("select", { name: parameter.name });
  if (!parameter.required) choice.append(make("option", { value: "" }, "–"));
  choice.append(...values.map((value) => make("option", { value }, value)));
  return choice;
}

/** The request that the form describes. */
function request(form, verb, path, operation) {
  const given = new FormData(form);
  const query = new URLSearchParams();
  let address = path;
  for (const { name, in: place } of operation.parameters ?? []) {
    const value = given.get(name);
    if (place === "path") address = address.replace(`{${name}}`, encodeURIComponent(value));
    else if (value && place === "query") query.append(name, value);
  }
  const options = { method: verb.toUpperCase(), headers: {} };
  for (const { name, in: place } of operation.parameters ?? []) {
    if (place === "header" && given.get(name)) options.headers[name] = given.get(name);
  }
  if (operation.security && token) options.headers.Authorization = `Bearer ${token}`;
  if (operation.requestBody) {
    options.headers["Content-Type"] = "application/json";
    options.body = given.get("body");
  }
  return [query.size ? `${address}?${query}` : address, options];
}

/** Sends the form and shows what came back. */
async function send(form, verb, path, operation, result) {
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch(...request(form, verb, path, operation));
    const type = answer.headers.get("content-type") ?? "";
    const outcome = make("p", { class: answer.ok ? "outcome" : "outcome bad" }, `${answer.status} ${answer.statusText}`);
    if (type.startsWith("application/pdf")) {
      const link = make("a", { href: URL.createObjectURL(await answer.blob()), download: "memo.pdf" }, "memo.pdf");
      result.replaceChildren(outcome, link);
      return;
    }
    const text = await answer.text();
    let shown = text;
    if (type.startsWith("application/json") && text) {
      const value = JSON.parse(text);
      conversation = value.conversation || conversation;
      shown = JSON.stringify(value, null, 2);
    }
    result.replaceChildren(outcome, make("pre", { tabindex: "0" }, shown));
  } catch {
    result.replaceChildren(make("p", { class: "outcome bad" }, "No answer."));
  } finally {
    button.disabled = false;
  }
}

/** Puts the last conversation into an example where one is asked for. */
function filled(example) {
  const value = { ...example };
  if ("conversation" in value && conversation) value.conversation = conversation;
  return JSON.stringify(value, null, 2);
}

/** The access token, one for all calls of the page. */
function tokenField() {
  const field = make("input", { type: "password", autocomplete: "off" });
  field.addEventListener("focus", () => { field.value = token; });
  field.addEventListener("input", () => { token = field.value.trim(); });
  return make("label", {}, "Access token", field);
}

/** Which tokens a call takes. */
const takes = (operation) => operation.security.flatMap(Object.values).flat().join(", ");

function tryIt(document_, verb, path, operation) {
  const form = make("form", { autocomplete: "off" });
  if (operation.security) form.append(tokenField());
  for (const parameter of operation.parameters ?? []) {
    form.append(make("label", {}, parameter.name, input(document_, parameter)));
  }
  const examples = operation.requestBody?.content["application/json"].examples;
  if (operation.requestBody) {
    const names = Object.keys(examples ?? {});
    const body = make("textarea", { name: "body", spellcheck: "false" });
    const choice = make("select", {}, ...names.map((name) => make("option", { value: name }, name)));
    const fill = () => { body.value = names.length ? filled(examples[choice.value].value) : "{}"; };
    choice.addEventListener("change", fill);
    if (names.length > 1) form.append(make("label", {}, "Example", choice));
    form.append(make("label", {}, "Body (JSON)", body));
    fill();
    form.refill = fill;
  }
  const result = make("div", { "aria-live": "polite" });
  form.append(make("button", { type: "submit" }, "Send"), result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, verb, path, operation, result);
  });
  return form;
}

function fold(title, content, onOpen = () => {}) {
  const details = make("details", {}, make("summary", {}, title), content);
  details.addEventListener("toggle", () => details.open && onOpen());
  return details;
}

function section(document_, verb, path, operation) {
  const heading = make("h2", {}, make("span", { class: `verb ${verb}` }, verb.toUpperCase()), make("code", {}, path));
  const found = make("section", { class: "call", id: operation.operationId }, heading);
  found.append(make("p", {}, ...told(operation.description ?? `${operation.summary}.`)));
  if (operation.security) found.append(make("p", {}, "Takes an access token with one of: ", make("code", {}, takes(operation))));
  if (operation.parameters) found.append(fold("Parameters", parameters(document_, operation)));
  const body = operation.requestBody?.content["application/json"].schema;
  if (body) found.append(fold("Body", fields(document_, resolve(document_, body))));
  const answer = operation.responses["200"].content?.["application/json"]?.schema;
  if (answer) found.append(fold("Answer", fields(document_, resolve(document_, answer))));
  const form = tryIt(document_, verb, path, operation);
  found.append(fold("Try it", form, () => form.refill?.()));
  return found;
}

function show(document_) {
  document.getElementById("about").append(...told(document_.info.description));
  const calls = document.getElementById("calls");
  const index = document.getElementById("index");
  for (const tag of document_.tags) {
    index.append(make("h2", {}, tag.description || tag.name));
    for (const [path, verbs] of Object.entries(document_.paths)) {
      for (const [verb, operation] of Object.entries(verbs)) {
        if (!NAMES.includes(verb) || !operation.tags.includes(tag.name)) continue;
        index.append(make("a", { href: `#${operation.operationId}` }, operation.summary));
        calls.append(section(document_, verb, path, operation));
      }
    }
  }
  if (location.hash) document.getElementById(location.hash.slice(1))?.scrollIntoView();
}

fetch("/openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch(() => document.getElementById("calls").append(make("p", { class: "outcome bad" }, "openapi.json cannot be read.")));
