package org.pledge.visitor.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.NumericChars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class ShortenedTest {
    @Test
    void aHostBecomesItsRegisteredDomain() {
        assertThat(Shortened.domain("pool-1.dyn.Example.org")).hasValue("example.org");
        assertThat(Shortened.domain("example.org")).hasValue("example.org");
        assertThat(Shortened.domain("a.b.shop.co.uk")).hasValue("shop.co.uk");
        assertThat(Shortened.domain("somebody.ministry.gov.xy")).hasValue("gov.xy");
        assertThat(Shortened.domain("xn--bcher-kva.example")).hasValue("xn--bcher-kva.example");
    }

    @Test
    void whatIsNoHostHasNoDomain() {
        for (String host : new String[] {"localhost", "co.uk", "", ".", "a..b", "exa mple.org", "-a.org", "*.org"}) {
            assertThat(Shortened.domain(host)).as(host).isEmpty();
        }
    }

    @Test
    void aPathBecomesItsFirstSegment() {
        assertThat(Shortened.page("/jobs/4711/apply")).isEqualTo("/jobs");
        assertThat(Shortened.page("/About-Us")).isEqualTo("/about-us");
        assertThat(Shortened.page("//jobs")).isEqualTo("/jobs");
        assertThat(Shortened.page("/jobs?user=john@example.org")).isEqualTo("/jobs");
        assertThat(Shortened.page("/jobs;jsessionid=1")).isEqualTo("/jobs");
        for (String root : new String[] {"/", "", "/?q=cancer", "/#x"}) {
            assertThat(Shortened.page(root)).isEqualTo("/");
        }
        for (String telling : new String[] {"/john@example.org", "/4711", "/u1", "/%6aohn", "/a_b", "/über", "/a--b"}) {
            assertThat(Shortened.page(telling)).as(telling).isEqualTo(Shortened.ANY_PAGE);
        }
    }

    @Property
    void nothingBehindTheFirstSegmentIsKept(
            @ForAll @AlphaChars @StringLength(min = 1, max = 30) String first, @ForAll String rest) {
        assertThat(Shortened.page("/" + first + "/" + rest)).isEqualTo("/" + first.toLowerCase(Locale.ROOT));
        assertThat(Shortened.page("/" + first + "?" + rest)).isEqualTo("/" + first.toLowerCase(Locale.ROOT));
    }

    @Property
    void noDigitIsKeptOfAPathAndNoSubdomainOfAHost(
            @ForAll @NumericChars @StringLength(min = 1, max = 30) String number) {
        assertThat(Shortened.page("/x" + number)).isEqualTo(Shortened.ANY_PAGE);
        assertThat(Shortened.domain("host" + number + ".example.org")).hasValue("example.org");
    }
}
