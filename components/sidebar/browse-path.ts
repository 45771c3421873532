/** The address of "Browse rooms": no room has the slug "browse". */
export const BROWSE_PATH = "/rooms/browse";
