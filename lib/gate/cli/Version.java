package gate.cli;

import picocli.CommandLine.IVersionProvider;

/** The gate's version. */
public final class Version implements IVersionProvider {
  /** As it stands in journals and attestations. */
  public static final String GATE = "0.1.0";

  @Override
  public String[] getVersion() {
    return new String[] {"matrix " + GATE};
  }
}
