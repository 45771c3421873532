/** The cookie in which the browser tells the server its clock, as `encodeClock` writes it. */
export const CLOCK_COOKIE = "adda.clock";
