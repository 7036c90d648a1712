/** The fewest characters of a password, as the user pool asks for (stacks/api.py). */
export const SHORTEST = 12;
