package org.pledge.sharing.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class LongTableTest {
    @Property
    void keepsTheFirstValueOfEachKey(@ForAll List<Long> keys) {
        LongTable<String> table = new LongTable<>(10_000);
        Map<Long, String> model = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            String value = "v" + i;
            String before = model.putIfAbsent(keys.get(i), value);
            assertThat(table.keep(keys.get(i), value)).isEqualTo(before == null ? value : before);
        }
        model.forEach((key, value) -> assertThat(table.get(key)).isEqualTo(value));
        assertThat(table.get(0x1234_5678_9ABCL)).isEqualTo(model.get(0x1234_5678_9ABCL));
    }

    @Test
    void keepsNoMoreThanItsLimitAndStillAnswers() {
        LongTable<String> table = new LongTable<>(3);
        for (long key = 0; key < 10; key++) {
            assertThat(table.keep(key, "v" + key)).isEqualTo("v" + key);
        }
        assertThat(table.get(2)).isEqualTo("v2");
        assertThat(table.get(3)).isNull();
    }
}
