package org.pledge.benchmarks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** The floor: a CXF service that says hello, as a bundle, and as a feature that starts nothing else. */
final class HelloBundle {
    private static final String PACKAGE = "org.pledge.benchmarks.hello";
    private static final List<String> CLASSES = List.of("Hello", "HelloActivator");

    private HelloBundle() {}

    /** Writes the bundle. */
    static Path write(Path folder) throws IOException {
        Path jar = folder.resolve("hello.jar").toAbsolutePath();
        Files.createDirectories(folder);
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file, manifest())) {
            for (String name : CLASSES) {
                String entry = PACKAGE.replace('.', '/') + "/" + name + ".class";
                out.putNextEntry(new JarEntry(entry));
                try (InputStream in = HelloBundle.class.getClassLoader().getResourceAsStream(entry)) {
                    in.transferTo(out);
                }
                out.closeEntry();
            }
        }
        return jar;
    }

    private static Manifest manifest() {
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", PACKAGE);
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue("Bundle-Activator", PACKAGE + ".HelloActivator");
        main.putValue(
                "Import-Package",
                "org.osgi.framework,javax.ws.rs,javax.ws.rs.core,org.apache.cxf,org.apache.cxf.bus,"
                        + "org.apache.cxf.endpoint,org.apache.cxf.jaxrs");
        return manifest;
    }

    /** Writes a repository with the feature {@code hello}. */
    static Path writeFeature(Path folder) throws IOException {
        Path bundle = write(folder);
        Path features = folder.resolve("hello-features.xml").toAbsolutePath();
        Files.writeString(
                features,
                """
                <features name="hello" xmlns="http://karaf.apache.org/xmlns/features/v1.6.0">
                  <feature name="hello" version="1.0.0">
                    <feature>pledge-cxf</feature>
                    <bundle start-level="90">%s</bundle>
                  </feature>
                </features>
                """
                        .formatted(bundle.toUri()));
        return features;
    }
}
