package gate.plan;

import static org.assertj.core.api.Assertions.assertThat;

import gate.plan.Shards.Item;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Shards")
class ShardsTest {
  /** {@code a:5} is a leg that lasts 5; {@code b:2<a+c} needs a and c; {@code d:1!l} has a lock. */
  private static Item item(String text) {
    String[] locks = text.split("!");
    String[] needs = locks[0].split("<");
    String[] leg = needs[0].split(":");
    return new Item(
        leg[0],
        needs.length > 1 ? List.of(needs[1].split("\\+")) : List.of(),
        locks.length > 1 ? List.of(locks[1].split("\\+")) : List.of(),
        Long.parseLong(leg[1]));
  }

  @ParameterizedTest(name = "{2}: {0} in {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "a:1 b:1 c:1 d:1|2|1 2 1 2|equal legs take turns",
        "a:5 b:1 c:1 d:1|2|1 2 2 2|a long leg has a shard of its own",
        "a:3 b:3 c:2 d:2 e:2|2|1 2 1 2 1|the longest are placed first",
        "a:1 b:1<a c:1<b d:1|2|1 1 1 2|what is needed stays with what needs it",
        "a:1 c:1<a+b b:1 d:1|2|1 1 1 2|also where it stands behind it",
        "a:1!x b:1 c:1!y d:1!x+y|2|1 2 1 1|what shares a lock stays together",
        "a:1 b:0 c:1|2|1 1 2|one that doesn't run weighs nothing",
        "a:0 b:0|2|1 1|nothing runs",
        "a:1|3|1|more shards than legs",
        "a:1 b:1<elsewhere|1|1 1|a need outside the plan binds nobody"
      })
  void are_placed(String legs, int count, String shards, String why) {
    List<Item> items = List.of(legs.split(" ")).stream().map(ShardsTest::item).toList();
    assertThat(Shards.of(items, count))
        .as(why)
        .isEqualTo(List.of(shards.split(" ")).stream().map(Integer::valueOf).toList());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 50})
  void hold_every_leg_once_and_no_need_apart_and_are_balanced(int count) {
    for (int seed = 0; seed < 200; seed++) {
      List<Item> items = random(new Random(seed));
      List<Integer> shards = Shards.of(items, count);
      assertThat(shards).hasSameSizeAs(items).allMatch(it -> 1 <= it && it <= count);
      assertThat(Shards.of(items, count)).isEqualTo(shards);
      for (Item item : items) {
        int own = shards.get(items.indexOf(item));
        item.needs().forEach(need -> assertThat(shards.get(index(items, need))).isEqualTo(own));
      }
      balanced(items, shards, count);
    }
  }

  private static int index(List<Item> items, String leg) {
    return IntStream.range(0, items.size())
        .filter(i -> items.get(i).leg().equals(leg))
        .findFirst()
        .orElseThrow();
  }

  /** No shard has more than the mean and one group: Graham's bound. */
  private static void balanced(List<Item> items, List<Integer> shards, int count) {
    long[] loads = new long[count + 1];
    for (int i = 0; i < items.size(); i++) {
      loads[shards.get(i)] += items.get(i).weight();
    }
    long all = items.stream().mapToLong(Item::weight).sum();
    List<Integer> alone = Shards.of(items, items.size()); // each group by itself
    long[] groups = new long[items.size() + 1];
    for (int i = 0; i < items.size(); i++) {
      groups[alone.get(i)] += items.get(i).weight();
    }
    long longest = IntStream.range(0, groups.length).mapToLong(i -> groups[i]).max().orElse(0);
    assertThat(IntStream.range(0, loads.length).mapToLong(i -> loads[i]).max().orElse(0))
        .isLessThanOrEqualTo(all / count + longest);
  }

  private static List<Item> random(Random random) {
    List<Item> items = new ArrayList<>();
    int size = 1 + random.nextInt(60);
    for (int i = 0; i < size; i++) {
      List<String> needs =
          i > 0 && random.nextInt(4) == 0 ? List.of("leg" + random.nextInt(i)) : List.of();
      List<String> locks = random.nextInt(8) == 0 ? List.of("l" + random.nextInt(3)) : List.of();
      items.add(new Item("leg" + i, needs, locks, 1 + random.nextInt(1000)));
    }
    return items;
  }

  @Test
  void of_ten_thousand_legs_in_one_chain_are_found() {
    List<Item> items = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      items.add(new Item("l" + i, i == 0 ? List.of() : List.of("l" + (i - 1)), List.of(), 1));
    }
    assertThat(Shards.of(items, 100)).hasSize(10_000).containsOnly(1);
  }
}
