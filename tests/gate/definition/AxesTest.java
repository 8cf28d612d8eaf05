package gate.definition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("A leg's axes")
class AxesTest {
  @ParameterizedTest(name = "{0} without {1}: {2}")
  @DisplayName("make cells:")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a: [x, y]            |                | x y
          a: [x, y], b: [1, 2] |                | x1 x2 y1 y2
          a: [x, y], b: [1, 2] | {a: y, b: 1}   | x1 x2 y2
          a: [x, y], b: [1, 2] | {b: 1}         | x2 y2
          a: [x, y], b: [1, 2] | {b: 1}, {a: x} | y2
          b: [1, 2], a: [x, y] |                | 1x 1y 2x 2y
          a: [1.2-x_Y]         |                | 1.2-x_Y
          """)
  void cells(String axes, String exclude, String cells) {
    String excluded = exclude == null ? "" : ", exclude: [" + exclude + "]";
    Definition definition =
        Fixture.load(Fixture.legs("l: { title: L, axes: { " + axes + " }" + excluded + " }"));
    assertThat(definition.legs())
        .extracting(leg -> String.join("", leg.axes().values()))
        .containsExactly(cells.split(" "));
    assertThat(definition.legs()).allMatch(leg -> leg.script().equals("l"));
  }

  @Test
  @DisplayName("are part of a cell's id in the file's order")
  void ids() {
    assertThat(Cells.id("l", Map.of())).isEqualTo("l");
    assertThat(Fixture.load(Fixture.legs("l: { title: L, axes: { b: [1], a: [x] } }")).legs())
        .extracting(Leg::id)
        .containsExactly("l@b=1,a=x");
  }

  @Test
  @DisplayName("make 256 cells, and not one more")
  void most() {
    String sixteen = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]";
    String leg = "l: { title: L, axes: { a: " + sixteen + ", b: " + sixteen + " } }";
    assertThat(Fixture.load(Fixture.legs(leg)).legs()).hasSize(256);
    assertThat(Fixture.messages(Fixture.legs(leg.replace("b: [0,", "b: [99, 0,"))))
        .containsExactly("3:18: `axes` of leg `l` make more than 256 cells, `exclude` aside");
    String many = "a".repeat(1) + ": " + sixteen;
    for (char axis = 'b'; axis < 'z'; axis++) {
      many += ", " + axis + ": " + sixteen;
    }
    assertThat(Cells.count(Axes.in(axes(many)))).isGreaterThan(Cells.MOST);
  }

  @Test
  @DisplayName("make no ids that are too long for a folder's name")
  void longIds() {
    String value = "v".repeat(64);
    String leg =
        "l: { title: L, axes: { a: [" + value + "], b: [" + value + "], c: [" + value + "] } }";
    assertThat(Fixture.fault(Fixture.legs(leg)).message())
        .startsWith("the cells of leg `l` get ids of more than 200 characters");
  }

  private static Found axes(String axes) {
    Problems problems = new Problems(new Source(java.nio.file.Path.of("x"), ""));
    YamlNode node = YamlReader.read("{ title: L, axes: { " + axes + " } }", problems).orElseThrow();
    Found found = ShapeCheck.check(node, Model.LEG, new Place.Top(), problems);
    assertThat(problems.inOrder()).isEqualTo(List.of());
    return found;
  }
}
