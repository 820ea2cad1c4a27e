package org.pledge.rest.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.cxf.interceptor.Fault;
import org.junit.jupiter.api.Test;

class IncidentTest {
    @Test
    void aBrokenConnectionIsNoIncident() {
        assertThat(Incident.callerWentAway(new IOException("closed"))).isTrue();
        assertThat(Incident.callerWentAway(new Fault(new IOException("closed"))))
                .isTrue();
    }

    @Test
    void aBrokenDiskOrDatabaseIsOne() {
        assertThat(Incident.callerWentAway(new UncheckedIOException(new IOException("disk"))))
                .isFalse();
        assertThat(Incident.callerWentAway(new Fault(new IllegalStateException(new IOException("db")))))
                .isFalse();
    }

    @Test
    void describesByClassesAndFramesAlone() {
        Throwable thrown = new IllegalStateException("canary", new IllegalArgumentException("canary"));

        assertThat(Incident.describe(thrown))
                .startsWith("java.lang.IllegalStateException")
                .contains("caused by java.lang.IllegalArgumentException", "IncidentTest")
                .doesNotContain("canary");
    }
}
