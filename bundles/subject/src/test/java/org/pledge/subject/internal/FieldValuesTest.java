package org.pledge.subject.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.NotBlank;

class FieldValuesTest {
    @Property(tries = 200)
    void decodesWhatItEncoded(@ForAll List<@NotBlank String> values) {
        assertThat(FieldValues.decode(FieldValues.encode(values))).isEqualTo(values);
    }
}
