// Makes a part of the page like another while keeping its elements: what has an id stays itself, so that focus, open
// details, scroll positions and what was typed survive, and what moves can be seen moving.

const ELEMENT = 1;

function likeAttributes(from, to) {
  for (const { name } of [...from.attributes]) {
    const opened = name === "open" && from.localName === "details"; // the reader opened it
    if (!to.hasAttribute(name) && !opened) from.removeAttribute(name);
  }
  for (const { name, value } of to.attributes) {
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

function sameKind(one, other) {
  return one.nodeType === other.nodeType && one.nodeName === other.nodeName && (one.id ?? "") === (other.id ?? "");
}

function counterpart(wanted, next, byId) {
  if (wanted.id) {
    const known = byId.get(wanted.id);
    return known && known.nodeName === wanted.nodeName ? known : null;
  }
  return next && sameKind(next, wanted) ? next : null;
}

export function morphChildren(from, to) {
  const byId = new Map([...from.children].filter((child) => child.id).map((child) => [child.id, child]));
  let next = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const kept = counterpart(wanted, next, byId);
    if (!kept) {
      from.insertBefore(wanted, next);
    } else {
      if (kept === next) next = next.nextSibling;
      else from.insertBefore(kept, next);
      morph(kept, wanted);
    }
  }
  while (next) {
    const after = next.nextSibling;
    next.remove();
    next = after;
  }
}

export function morph(from, to) {
  if (from.isEqualNode(to)) return;
  if (from.nodeType !== ELEMENT) {
    from.nodeValue = to.nodeValue;
    return;
  }
  if (from.dataset?.keep === "all") return;
  if (from.dataset?.keep === undefined) {
    likeAttributes(from, to);
    morphChildren(from, to);
  } else {
    Object.assign(from.dataset, to.dataset); // what is inside belongs to a script
  }
}
