package org.pledge.routes.internal;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.impl.engine.DefaultRoutesLoader;
import org.apache.camel.support.ResourceHelper;
import org.apache.felix.fileinstall.ArtifactInstaller;
import org.osgi.framework.BundleContext;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.framework.ServiceEvent;
import org.osgi.framework.ServiceListener;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Target;
import org.pledge.deploy.ArtifactTrust.Verdict;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Runs the routes of the signed files dropped into the deploy folder; a refused file gets a note beside it. */
@Component(service = ArtifactInstaller.class, immediate = true, configurationPid = "org.pledge.routes")
public final class RouteFiles implements ArtifactInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    /** What begins the names of files among the owners of routes. */
    static final String OWNER = "file ";

    private static final String YAML = ".camel.yaml";
    private static final String XML = ".camel.xml";
    private static final String SIGNATURE = ".sig";
    private static final long MOST_BYTES = 1_000_000;
    private static final Set<String> YAML_KEYS = Set.of(
            "route",
            "from",
            "routeTemplate",
            "route-template",
            "templatedRoute",
            "templated-route",
            "onException",
            "on-exception");
    private static final Set<String> XML_ROOTS =
            Set.of("routes", "route", "routeTemplates", "routeTemplate", "templatedRoutes", "templatedRoute");

    private final GuardedCamel camel;
    private final Path directory;
    private final ArtifactTrust trust;
    private final Optional<BundleContext> bundles;
    private final ServiceListener arrivals = event -> {
        if (event.getType() == ServiceEvent.REGISTERED) {
            scan();
        }
    };
    private final Map<File, String> running = new ConcurrentHashMap<>();

    /** Reads the folder at once: FileInstall does not report again what it knew before this bundle was restarted. */
    @Activate
    public RouteFiles(BundleContext bundles, CamelHost.Config config, @Reference CamelHost host)
            throws InvalidSyntaxException {
        this(
                host.camel(),
                config.directory().isEmpty()
                        ? Path.of(System.getProperty("karaf.base", "."), "deploy")
                        : Path.of(config.directory()),
                trustOfTheMoment(bundles),
                Optional.of(bundles));
        bundles.addServiceListener(arrivals, "(objectClass=" + ArtifactTrust.class.getName() + ")");
    }

    RouteFiles(GuardedCamel camel, Path directory, ArtifactTrust trust) {
        this(camel, directory, trust, Optional.empty());
    }

    private RouteFiles(GuardedCamel camel, Path directory, ArtifactTrust trust, Optional<BundleContext> bundles) {
        this.bundles = bundles;
        this.camel = camel;
        this.directory = directory;
        this.trust = trust;
        scan();
    }

    /** Asks the service that is there; without one no file takes effect. */
    private static ArtifactTrust trustOfTheMoment(BundleContext bundles) {
        return (file, content, target) -> {
            ServiceReference<ArtifactTrust> reference = bundles.getServiceReference(ArtifactTrust.class);
            ArtifactTrust service = reference == null ? null : bundles.getService(reference);
            if (service == null) {
                return new Verdict.Refused(
                        ArtifactTrust.Reason.UNSIGNED,
                        "whether it is signed cannot be checked now. Start the bundle org.pledge.deploy, and it is"
                                + " tried again");
            }
            try {
                return service.check(file, content, target);
            } finally {
                bundles.ungetService(reference);
            }
        };
    }

    private void scan() {
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(Path::toFile).filter(RouteFiles::isRoutes).sorted().forEach(this::install);
            } catch (IOException e) {
                LOG.warn(
                        "The route files in {} cannot be listed: {}",
                        directory,
                        e.getClass().getSimpleName());
            }
        }
    }

    @Deactivate
    void stop() {
        bundles.ifPresent(each -> each.removeServiceListener(arrivals));
        running.keySet().forEach(file -> camel.remove(owner(file)));
    }

    @Override
    public boolean canHandle(File file) {
        return isRoutes(signedBy(file));
    }

    private static boolean isRoutes(File file) {
        return file.getName().endsWith(YAML) || file.getName().endsWith(XML);
    }

    /** The file beside a signature, or the file itself. */
    private static File signedBy(File file) {
        String name = file.getName();
        return name.endsWith(SIGNATURE)
                ? new File(file.getParentFile(), name.substring(0, name.length() - SIGNATURE.length()))
                : file;
    }

    /** Runs the routes of a file, or of the file whose signature this is. An error of any kind ends here. */
    @Override
    public void install(File file) {
        File routes = signedBy(file);
        if (routes.equals(file) || routes.isFile()) {
            run(routes);
        }
    }

    private synchronized void run(File file) {
        try {
            String text = read(file);
            if (!text.equals(running.get(file))) {
                camel.put(owner(file), new FileSource(file.getName(), text));
                running.put(file, text);
            }
            Files.deleteIfExists(note(file));
        } catch (RouteRefused e) {
            refuse(
                    file,
                    e.getMessage(),
                    "Correct the file and sign it again: ./pledge sign " + RouteVetter.safe(file.getName()));
        } catch (Untrusted e) {
            refuse(
                    file,
                    "file " + RouteVetter.safe(file.getName()) + ": " + e.getMessage(),
                    "It is looked at again when it or its signature changes.");
        } catch (Throwable e) {
            LOG.warn(
                    "Route file {} cannot be read: {}",
                    file.getName(),
                    e.getClass().getSimpleName());
            refuse(
                    file,
                    "it cannot be read: " + e.getClass().getSimpleName(),
                    "Correct the file and sign it again: ./pledge sign " + RouteVetter.safe(file.getName()));
        }
    }

    @Override
    public void update(File file) {
        install(file);
    }

    @Override
    public void uninstall(File file) {
        File routes = signedBy(file);
        if (routes.equals(file)) {
            remove(file);
        } else if (routes.isFile()) {
            run(routes);
        }
    }

    private synchronized void remove(File file) {
        try {
            running.remove(file);
            camel.remove(owner(file));
            Files.deleteIfExists(note(file));
        } catch (Throwable e) {
            LOG.warn(
                    "Route file {} could not be taken out: {}",
                    file.getName(),
                    e.getClass().getSimpleName());
        }
    }

    private void refuse(File file, String why, String remedy) {
        String kept = running.containsKey(file) ? "Its earlier version keeps running." : "None of its routes runs.";
        try {
            Files.writeString(note(file), why + "\n" + kept + " " + remedy + "\n");
        } catch (IOException e) {
            LOG.warn(
                    "The note beside {} could not be written: {}",
                    file.getName(),
                    e.getClass().getSimpleName());
        }
    }

    /** The text of a file that may take effect; the bytes that were judged are those that run. */
    private String read(File file) throws IOException {
        if (Files.size(file.toPath()) > MOST_BYTES) {
            throw new RouteRefused(
                    RouteVetter.safe(file.getName()), "-", Reason.FILE_CONTENT, "the file is larger than 1 MB");
        }
        byte[] content = Files.readAllBytes(file.toPath());
        if (trust.check(file.toPath(), content, Target.ROUTE) instanceof Verdict.Refused refused) {
            throw new Untrusted(refused.text() + " (" + refused.reason() + ")");
        }
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(content))
                .toString();
    }

    private static String owner(File file) {
        return OWNER + file.getName();
    }

    private static Path note(File file) {
        return file.toPath().resolveSibling(file.getName() + ".refused");
    }

    /** A file whose signature does not let it take effect. */
    private static final class Untrusted extends IOException {
        private static final long serialVersionUID = 1L;

        Untrusted(String text) {
            super(text);
        }
    }

    /** The routes of one version of a file. */
    private final class FileSource implements GuardedCamel.Source {
        private final String name;
        private final String text;

        FileSource(String name, String text) {
            this.name = name;
            this.text = text;
        }

        @Override
        public Set<String> needs() {
            return Set.of(Needs.LOADER + format());
        }

        @Override
        public Collection<RoutesBuilder> read() throws Exception {
            if (format().equals("yaml")) {
                onlyRoutesInYaml();
            } else {
                onlyRoutesInXml();
            }
            try (DefaultRoutesLoader loader = new DefaultRoutesLoader(camel.camel())) {
                return loader.findRoutesBuilders(
                        ResourceHelper.fromString(name.replaceAll("[^A-Za-z0-9_-]", "_") + "." + format(), text));
            }
        }

        private String format() {
            return name.endsWith(YAML) ? "yaml" : "xml";
        }

        private void onlyRoutesInYaml() {
            Object root;
            try {
                root = new Load(LoadSettings.builder().setLabel(name).build()).loadFromString(text);
            } catch (YamlEngineException e) {
                throw refused("it is no valid YAML");
            }
            if (!(root instanceof List<?> items)) {
                throw refused("a route file is a list of routes");
            }
            for (Object item : items) {
                if (!(item instanceof Map<?, ?> map) || !YAML_KEYS.containsAll(map.keySet())) {
                    throw refused("it may hold "
                            + String.join(", ", YAML_KEYS.stream().sorted().toList()) + " only");
                }
            }
        }

        private void onlyRoutesInXml() {
            XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
            factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
            factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
            boolean root = true;
            try {
                XMLStreamReader reader = factory.createXMLStreamReader(new StringReader(text));
                while (reader.hasNext()) {
                    int event = reader.next();
                    if (event == XMLStreamConstants.DTD || event == XMLStreamConstants.ENTITY_REFERENCE) {
                        throw refused("it may not declare or use entities");
                    }
                    if (event == XMLStreamConstants.START_ELEMENT && root) {
                        root = false;
                        if (!XML_ROOTS.contains(reader.getLocalName())) {
                            throw refused("its root must be one of "
                                    + String.join(
                                            ", ", XML_ROOTS.stream().sorted().toList()));
                        }
                    }
                }
            } catch (XMLStreamException e) {
                throw refused("it is no valid XML");
            }
        }

        private RouteRefused refused(String text) {
            return new RouteRefused(RouteVetter.safe(name), "-", Reason.FILE_CONTENT, text);
        }
    }
}
