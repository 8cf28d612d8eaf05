package gate.report;

import java.io.IOException;

/** What stands around every page: its policy, style and script. */
final class Shell {
  private static final String ICON =
      "data:image/svg+xml,%%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 8 8'%%3E"
          + "%%3Ccircle cx='4' cy='4' r='4' fill='%%23%s'/%%3E%%3C/svg%%3E";

  private Shell() {}

  /**
   * Up to the body's start.
   *
   * @param style a verdict's class
   * @param asks whether the page may ask its server for news
   */
  static void open(Html html, String title, String style, boolean asks) throws IOException {
    html.own("<!DOCTYPE html>\n<html lang=\"en\"");
    html.own(asks ? " data-live=\"yes\">\n" : ">\n").own("<head>\n<meta charset=\"utf-8\">\n");
    html.open("meta", "http-equiv", "Content-Security-Policy", "content", policy(asks)).newLine();
    html.own("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.own("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.own("<meta name=\"referrer\" content=\"no-referrer\">\n");
    html.line("title", title).newLine();
    html.open("link", "rel", "icon", "href", ICON.formatted(colour(style))).newLine();
    html.own("<style>").own(Assets.style()).own("</style>\n</head>\n");
    html.open("body").newLine();
  }

  static void close(Html html) throws IOException {
    html.own("<script>").own(Assets.script()).own("</script>\n</body>\n</html>\n");
  }

  private static String policy(boolean asks) {
    return "default-src 'none'; script-src %s; style-src %s; img-src data:; base-uri 'none';"
            .formatted(Assets.hash(Assets.script()), Assets.hash(Assets.style()))
        + " form-action 'none'"
        + (asks ? "; connect-src 'self'" : "");
  }

  private static String colour(String style) {
    return switch (style) {
      case "v-green" -> "17693f";
      case "v-red" -> "a81e25";
      case "v-partial" -> "d99a00";
      case "v-interrupted" -> "6b3490";
      default -> "52616b";
    };
  }
}
