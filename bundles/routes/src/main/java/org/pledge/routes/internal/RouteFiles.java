package org.pledge.routes.internal;

import java.io.File;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.pledge.routes.internal.RouteRefused.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Runs the routes of the files dropped into the deploy folder; a refused file gets a note beside it. */
@Component(service = ArtifactInstaller.class, immediate = true, configurationPid = "org.pledge.routes")
public final class RouteFiles implements ArtifactInstaller {
    private static final Logger LOG = LoggerFactory.getLogger(RouteFiles.class);
    private static final String YAML = ".camel.yaml";
    private static final String XML = ".camel.xml";
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
    private final Map<File, String> running = new ConcurrentHashMap<>();

    /** Reads the folder at once: FileInstall does not report again what it knew before this bundle was restarted. */
    @Activate
    public RouteFiles(CamelHost.Config config, @Reference CamelHost host) {
        this(
                host.camel(),
                config.directory().isEmpty()
                        ? Path.of(System.getProperty("karaf.base", "."), "deploy")
                        : Path.of(config.directory()));
    }

    RouteFiles(GuardedCamel camel, Path directory) {
        this.camel = camel;
        if (Files.isDirectory(directory)) {
            try (Stream<Path> files = Files.list(directory)) {
                files.map(Path::toFile).filter(this::canHandle).sorted().forEach(this::install);
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
        running.keySet().forEach(file -> camel.remove(owner(file)));
    }

    @Override
    public boolean canHandle(File file) {
        return file.getName().endsWith(YAML) || file.getName().endsWith(XML);
    }

    /** Runs the file's routes. An error of any kind ends here: it would break FileInstall's loop. */
    @Override
    public synchronized void install(File file) {
        try {
            String text = read(file);
            if (!text.equals(running.get(file))) {
                camel.put(owner(file), new FileSource(file.getName(), text));
                running.put(file, text);
            }
            Files.deleteIfExists(note(file));
        } catch (RouteRefused e) {
            refuse(file, e.getMessage());
        } catch (Throwable e) {
            LOG.warn(
                    "Route file {} cannot be read: {}",
                    file.getName(),
                    e.getClass().getSimpleName());
            refuse(file, "it cannot be read: " + e.getClass().getSimpleName());
        }
    }

    @Override
    public void update(File file) {
        install(file);
    }

    @Override
    public synchronized void uninstall(File file) {
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

    private void refuse(File file, String why) {
        String kept = running.containsKey(file) ? "Its earlier version keeps running." : "None of its routes runs.";
        try {
            Files.writeString(note(file), why + "\n" + kept + " Correct the file and save it again.\n");
        } catch (IOException e) {
            LOG.warn(
                    "The note beside {} could not be written: {}",
                    file.getName(),
                    e.getClass().getSimpleName());
        }
    }

    private static String read(File file) throws IOException {
        if (Files.size(file.toPath()) > MOST_BYTES) {
            throw new RouteRefused(
                    RouteVetter.safe(file.getName()), "-", Reason.FILE_CONTENT, "the file is larger than 1 MB");
        }
        return Files.readString(file.toPath(), StandardCharsets.UTF_8);
    }

    private static String owner(File file) {
        return "file " + file.getName();
    }

    private static Path note(File file) {
        return file.toPath().resolveSibling(file.getName() + ".refused");
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
            return Set.of("routes-loader:" + format());
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
