package org.pledge.notices.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pledge.TenantId;

class ShippedTemplatesTest {
    private static final Path FOLDER = Path.of("..", "..", "etc", "templates");
    private static final World WORLD = new World();

    static List<Path> templates() throws IOException {
        try (Stream<Path> files = Files.walk(FOLDER)) {
            return files.filter(file -> file.toString().endsWith(".template"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("templates")
    void isInUseUnderItsTenantsPolicy(Path file) throws IOException {
        TenantId tenant = new TenantId(file.getParent().getFileName().toString());

        assertThat(WORLD.messages.check(tenant, file.getFileName().toString(), Files.readString(file)))
                .isEmpty();
    }

    @Test
    void thereAreSome() throws IOException {
        assertThat(templates()).hasSizeGreaterThan(5);
    }
}
