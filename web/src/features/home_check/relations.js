/** Whom a contractor may register: family within the second degree (DL-06), the most usual first. */
export const CLOSE = [
  "parent", "spouse", "child", "sibling", "grandparent", "grandchild", "parent_in_law", "child_in_law",
  "sibling_in_law", "grandparent_in_law", "grandchild_in_law",
];
