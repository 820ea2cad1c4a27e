package org.pledge.front.internal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RequestPathTest {
    @Test
    void thePathIsReadAsTheServerReadsIt() {
        assertThat(RequestPath.of("/api/v1/x")).isEqualTo("/api/v1/x");
        assertThat(RequestPath.of("/%61pi;p=1//v1/./y/../x%zz")).isEqualTo("/api/v1/x%zz");
        assertThat(RequestPath.of("/../..")).isEqualTo("/");
        assertThat(RequestPath.of("")).isEqualTo("/");
    }
}
