package gate.kernel.cargo;

/**
 * Why tests didn't pass, beside cases that failed.
 *
 * @param broken whether nothing can be said of the tests, because building or starting them failed
 */
public record Problem(boolean broken, String sentence) {}
