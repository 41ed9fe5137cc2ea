export function dart() { return {}; }
