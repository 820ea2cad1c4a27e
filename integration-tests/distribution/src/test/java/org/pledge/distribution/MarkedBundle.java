package org.pledge.distribution;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Bundles that leave a mark, a file, when their code runs; they are compiled against the platform's own framework. */
final class MarkedBundle {
    private static final String ACTIVATOR = "org/example/mark/Mark";
    private static final String SOURCE =
            """
            package org.example.mark;
            import java.nio.file.*;
            import org.osgi.framework.*;
            public final class Mark implements BundleActivator {
                public void start(BundleContext context) throws Exception {
                    String mark = context.getBundle().getHeaders().get("X-Mark");
                    Files.writeString(Path.of(mark), "started\\n");
                    if (context.getBundle().getHeaders().get("X-Watch") != null) {
                        Path seen = Path.of(context.getBundle().getHeaders().get("X-Watch"));
                        Files.writeString(seen, "");
                        context.addBundleListener((SynchronousBundleListener) event -> {
                            if ((event.getType() & (BundleEvent.RESOLVED | BundleEvent.STARTING | BundleEvent.STARTED)) != 0) {
                                try {
                                    Files.writeString(seen, event.getBundle().getSymbolicName() + " "
                                            + event.getBundle().getVersion() + " " + event.getBundle().getHeaders().get("X-Mark")
                                            + "\\n", StandardOpenOption.APPEND);
                                } catch (java.io.IOException e) {
                                    throw new java.io.UncheckedIOException(e);
                                }
                            }
                        });
                    }
                }
                public void stop(BundleContext context) {}
            }
            """;

    private final byte[] activator;

    MarkedBundle(Platform platform) {
        try {
            Path folder = Files.createTempDirectory("mark");
            Path source = folder.resolve(ACTIVATOR + ".java");
            Files.createDirectories(source.getParent());
            Files.writeString(source, SOURCE);
            JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
            int failed = compiler.run(
                    null,
                    null,
                    null,
                    "--release",
                    "17",
                    "-cp",
                    framework(platform),
                    "-d",
                    folder.toString(),
                    source.toString());
            if (failed != 0) {
                throw new IllegalStateException("the activator does not compile");
            }
            activator = Files.readAllBytes(folder.resolve(ACTIVATOR + ".class"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String framework(Platform platform) throws IOException {
        Path folder = platform.home().resolve("system/org/apache/felix/org.apache.felix.framework");
        try (var jars = Files.walk(folder)) {
            return jars.filter(each -> each.toString().endsWith(".jar"))
                    .findFirst()
                    .orElseThrow()
                    .toString();
        }
    }

    /** The headers of a bundle whose activator writes that file. */
    static Map<String, String> headers(String symbolicName, String version, Path mark) {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Manifest-Version", "1.0");
        headers.put("Bundle-ManifestVersion", "2");
        headers.put("Bundle-SymbolicName", symbolicName);
        headers.put("Bundle-Version", version);
        headers.put("Bundle-Activator", ACTIVATOR.replace('/', '.'));
        headers.put("Import-Package", "org.osgi.framework");
        headers.put("X-Mark", mark.toString());
        return headers;
    }

    byte[] jar(String symbolicName, String version, Path mark) {
        return jar(headers(symbolicName, version, mark), Map.of());
    }

    /** A jar with the activator, and these entries besides. */
    byte[] jar(Map<String, String> headers, Map<String, byte[]> more) {
        Map<String, byte[]> entries = new LinkedHashMap<>();
        entries.put(ACTIVATOR + ".class", activator);
        entries.putAll(more);
        return zip(headers, entries);
    }

    /** A jar in which the activator is in another jar inside it. */
    byte[] nested(String symbolicName, String version, Path mark, String remark) {
        Map<String, String> headers = headers(symbolicName, version, mark);
        headers.put("Bundle-ClassPath", "lib/inner.jar");
        byte[] inner =
                zip(Map.of("Manifest-Version", "1.0", "X-Remark", remark), Map.of(ACTIVATOR + ".class", activator));
        return zip(headers, Map.of("lib/inner.jar", inner));
    }

    static byte[] zip(Map<String, String> headers, Map<String, byte[]> entries) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            StringBuilder manifest = new StringBuilder();
            headers.forEach((key, value) -> manifest.append(folded(key + ": " + value)));
            put(zip, JarFile.MANIFEST_NAME, (manifest + "\n").getBytes(StandardCharsets.UTF_8));
            for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
                put(zip, entry.getKey(), entry.getValue());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    /** A line of a manifest has at most 72 bytes. */
    private static String folded(String line) {
        return String.join("\n ", List.of(line.split("(?<=\\G.{70})"))) + "\n";
    }
}
