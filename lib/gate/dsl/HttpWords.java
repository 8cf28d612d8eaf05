package gate.dsl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import groovy.transform.NamedParam;
import groovy.transform.NamedParams;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** {@code http.get(…)} and the like. */
public final class HttpWords {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Supplier<Actions> actions;

  HttpWords(Supplier<Actions> actions) {
    this.actions = actions;
  }

  public Answer get(String url) {
    return get(Map.of(), url);
  }

  public Answer get(
      @NamedParams({
            @NamedParam(value = "headers", type = Map.class),
            @NamedParam(value = "expect", type = Object.class),
            @NamedParam(value = "timeout", type = CharSequence.class)
          })
          Map<String, ?> named,
      String url) {
    return send("GET", named, url);
  }

  public Answer delete(String url) {
    return delete(Map.of(), url);
  }

  public Answer delete(
      @NamedParams({
            @NamedParam(value = "headers", type = Map.class),
            @NamedParam(value = "expect", type = Object.class),
            @NamedParam(value = "timeout", type = CharSequence.class)
          })
          Map<String, ?> named,
      String url) {
    return send("DELETE", named, url);
  }

  public Answer post(String url) {
    return post(Map.of(), url);
  }

  public Answer post(
      @NamedParams({
            @NamedParam(value = "json", type = Object.class),
            @NamedParam(value = "text", type = CharSequence.class),
            @NamedParam(value = "headers", type = Map.class),
            @NamedParam(value = "expect", type = Object.class),
            @NamedParam(value = "timeout", type = CharSequence.class)
          })
          Map<String, ?> named,
      String url) {
    return send("POST", named, url);
  }

  public Answer put(String url) {
    return put(Map.of(), url);
  }

  public Answer put(
      @NamedParams({
            @NamedParam(value = "json", type = Object.class),
            @NamedParam(value = "text", type = CharSequence.class),
            @NamedParam(value = "headers", type = Map.class),
            @NamedParam(value = "expect", type = Object.class),
            @NamedParam(value = "timeout", type = CharSequence.class)
          })
          Map<String, ?> named,
      String url) {
    return send("PUT", named, url);
  }

  private Answer send(String method, Map<String, ?> named, String url) {
    NamedWords.check(method.toLowerCase(Locale.ROOT), named);
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      throw new StepFailed(
          "http: `%s` is no URL; it begins with http:// or https://".formatted(url));
    }
    Map<String, String> headers = new LinkedHashMap<>();
    if (named.get("headers") instanceof Map<?, ?> given) {
      given.forEach((key, value) -> headers.put(String.valueOf(key), String.valueOf(value)));
    }
    Optional<String> body = Optional.ofNullable(named.get("text")).map(String::valueOf);
    if (named.get("json") != null) {
      if (body.isPresent()) {
        throw new StepFailed("http: say `json:` or `text:`, not both");
      }
      body = Optional.of(json(named.get("json")));
      headers.putIfAbsent("Content-Type", "application/json");
    }
    return actions
        .get()
        .http(
            new Request(
                method,
                url,
                headers,
                body,
                LegScript.codes("expect", named.get("expect")),
                LegScript.duration("timeout", named.get("timeout"), TIMEOUT)));
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(Plain.of(value));
    } catch (JsonProcessingException e) {
      throw new StepFailed("json: " + e.getOriginalMessage());
    }
  }
}
