package gate.dsl;

import java.util.List;

/** A service as a leg reaches it. In a dry run its URLs are {@code http://SERVICE}. */
public interface Endpoint {
  /** The first replica's URL, without a slash at its end. */
  String url();

  /** Every replica's. */
  List<String> urls();

  /** What it says of itself, or {@code unknown}. */
  String version();
}
