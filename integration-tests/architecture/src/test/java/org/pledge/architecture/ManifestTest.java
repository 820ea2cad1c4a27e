package org.pledge.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the built bundles say of themselves. */
class ManifestTest {
    private static final Path BUNDLES = Path.of("..", "..", "bundles");
    private static final String CONVERTERS = "META-INF/services/org/apache/camel/TypeConverterLoader";

    private static List<Path> jars(int depth) throws IOException {
        try (Stream<Path> files = Files.walk(BUNDLES, depth)) {
            List<Path> jars = files.filter(file -> file.getParent().endsWith("target"))
                    .filter(file -> file.getFileName().toString().startsWith("pledge-"))
                    .filter(file -> file.getFileName().toString().endsWith(".jar"))
                    .toList();
            assertThat(jars).isNotEmpty();
            return jars;
        }
    }

    private static Attributes manifest(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            return jar.getManifest().getMainAttributes();
        }
    }

    @Test
    void onlyTheApiIsExported() throws IOException {
        for (Path jar : jars(3)) {
            boolean exports = manifest(jar).getValue("Export-Package") != null;
            assertThat(exports)
                    .as(jar.getFileName().toString())
                    .isEqualTo(jar.getFileName().toString().startsWith("pledge-api-"));
        }
    }

    @Test
    void everyExportedPackageHasAVersion() throws IOException {
        for (Path jar : jars(3)) {
            String exports = manifest(jar).getValue("Export-Package");
            if (exports != null) {
                assertThat(exports.split(",(?=org\\.pledge[a-z.]*;)"))
                        .allMatch(export -> export.contains(";version=\"1."));
            }
        }
    }

    @Test
    void noBundleImportsWhateverIsThere() throws IOException {
        for (Path jar : jars(4)) {
            assertThat(manifest(jar).getValue("DynamicImport-Package"))
                    .as(jar.getFileName().toString())
                    .isNull();
        }
    }

    @Test
    void bundlesAreNamedAfterTheirFolder() throws IOException {
        for (Path jar : jars(3)) {
            String folder = jar.getParent().getParent().getFileName().toString();
            assertThat(manifest(jar).getValue("Bundle-SymbolicName")).isEqualTo("org.pledge." + folder);
        }
    }

    @Test
    void noBundleOfOursCarriesSomebodyElsesClasses() throws IOException {
        for (Path file : jars(3)) {
            try (JarFile jar = new JarFile(file.toFile())) {
                assertThat(jar.stream().map(JarEntry::getName).filter(name -> name.endsWith(".class")))
                        .as(file.getFileName().toString())
                        .allMatch(name -> name.startsWith("org/pledge/"));
            }
        }
    }

    /** Camel finds its type converters by one list per jar; merging jars must not lose a line of any. */
    @Test
    void everyConverterThatCamelBringsIsListed() throws IOException {
        for (Path file : jars(4)) {
            if (!file.startsWith(BUNDLES.resolve("camel"))) {
                continue;
            }
            try (JarFile jar = new JarFile(file.toFile())) {
                Set<String> brought = jar.stream()
                        .map(JarEntry::getName)
                        .filter(name -> name.matches("org/apache/camel/.*(Converter|Converters)Loader\\.class"))
                        .map(name -> name.replace('/', '.').replaceAll("\\.class$", ""))
                        .filter(name ->
                                !name.endsWith("TypeConverterLoader") && !name.startsWith("org.apache.camel.impl."))
                        .collect(Collectors.toCollection(TreeSet::new));
                assertThat(listed(jar)).as(file.getFileName().toString()).isEqualTo(brought);
            }
        }
    }

    private static Set<String> listed(JarFile jar) throws IOException {
        JarEntry entry = jar.getJarEntry(CONVERTERS);
        if (entry == null) {
            return new TreeSet<>();
        }
        try (InputStream in = jar.getInputStream(entry)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
