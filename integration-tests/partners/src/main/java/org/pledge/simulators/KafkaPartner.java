package org.pledge.simulators;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.utils.Time;

/**
 * A Kafka broker that is its own controller: {@code KafkaPartner FOLDER TOPIC [PORT [MECHANISMS]]}. Writes each record to
 * {@code FOLDER/NNNN.key}, {@code .headers} (a line each) and {@code .value}.
 *
 * <p>With {@code FOLDER/server.p12} ({@link Certificates}) it listens with TLS, with {@code FOLDER/clients.p12} to
 * clients that have a certificate from there only. With mechanisms of SASL ({@code PLAIN}, {@code SCRAM-SHA-512}, or
 * both with a comma) it knows the user {@code pledge}, whose password is {@code open sesame}.
 */
public final class KafkaPartner {
    private static final String CLIENTS = "clients.p12";
    private static final String SCRAM = "SCRAM-SHA-512";

    private KafkaPartner() {}

    /** Starts it; prints {@code PORT <n>}. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        String topic = arguments[1];
        int port = arguments.length > 2 && !arguments[2].equals("0") ? Integer.parseInt(arguments[2]) : free();
        List<String> mechanisms = arguments.length > 3 ? List.of(arguments[3].split(",")) : List.of();
        Record record = new Record(folder);
        int inside = free();
        Properties settings = settings(folder.resolve("broker"), port, inside, free());
        protect(settings, folder, mechanisms);
        Path file = folder.resolve("server.properties");
        try (PrintStream out = new PrintStream(Files.newOutputStream(file), false, StandardCharsets.UTF_8)) {
            settings.forEach((name, value) -> out.println(name + "=" + value));
        }
        List<String> format = new ArrayList<>(List.of(
                "format",
                "--standalone",
                "--ignore-formatted",
                "-t",
                Uuid.randomUuid().toString(),
                "-c"));
        format.add(file.toString());
        if (mechanisms.contains(SCRAM)) {
            format.addAll(List.of("--add-scram", SCRAM + "=[name=pledge,password=open sesame]"));
        }
        StorageTool.execute(format.toArray(String[]::new), System.err);
        new KafkaRaftServer(KafkaConfig.fromProps(settings), Time.SYSTEM).startup();
        Map<String, Object> client = new HashMap<>(Map.of("bootstrap.servers", "127.0.0.1:" + inside));
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get();
        }
        Thread reader = new Thread(() -> read(client, topic, record), "reader");
        reader.setDaemon(true);
        reader.start();
        System.out.println("PORT " + port);
        Until.inputEnds();
    }

    private static void protect(Properties settings, Path folder, List<String> mechanisms) {
        boolean encrypted = Files.exists(folder.resolve(Certificates.SERVER));
        String outside = (mechanisms.isEmpty() ? "" : "SASL_") + (encrypted ? "SSL" : "PLAINTEXT");
        settings.put("listener.security.protocol.map", "OUTSIDE:" + outside + ",INSIDE:PLAINTEXT,CONTROLLER:PLAINTEXT");
        if (encrypted) {
            settings.put("ssl.keystore.type", "PKCS12");
            settings.put(
                    "ssl.keystore.location", folder.resolve(Certificates.SERVER).toString());
            settings.put("ssl.keystore.password", Certificates.PASSWORD);
        }
        if (Files.exists(folder.resolve(CLIENTS))) {
            settings.put("ssl.client.auth", "required");
            settings.put("ssl.truststore.type", "PKCS12");
            settings.put("ssl.truststore.location", folder.resolve(CLIENTS).toString());
            settings.put("ssl.truststore.password", Certificates.PASSWORD);
        }
        if (!mechanisms.isEmpty()) {
            settings.put("sasl.enabled.mechanisms", String.join(",", mechanisms));
        }
        for (String mechanism : mechanisms) {
            settings.put(
                    "listener.name.outside." + mechanism.toLowerCase(Locale.ROOT) + ".sasl.jaas.config",
                    mechanism.equals(SCRAM)
                            ? "org.apache.kafka.common.security.scram.ScramLoginModule required;"
                            : "org.apache.kafka.common.security.plain.PlainLoginModule required"
                                    + " user_pledge=\"open sesame\";");
        }
    }

    private static Properties settings(Path data, int port, int inside, int controller) {
        Properties settings = new Properties();
        settings.putAll(Map.of(
                "process.roles", "broker,controller",
                "node.id", "1",
                "controller.listener.names", "CONTROLLER",
                "controller.quorum.bootstrap.servers", "127.0.0.1:" + controller,
                "listeners",
                        "OUTSIDE://127.0.0.1:" + port + ",INSIDE://127.0.0.1:" + inside + ",CONTROLLER://127.0.0.1:"
                                + controller,
                "inter.broker.listener.name", "INSIDE",
                "log.dirs", data.toString(),
                "offsets.topic.replication.factor", "1",
                "auto.create.topics.enable", "false",
                "group.initial.rebalance.delay.ms", "0"));
        return settings;
    }

    private static void read(Map<String, Object> client, String topic, Record record) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> whole = List.of(new TopicPartition(topic, 0));
            consumer.assign(whole);
            consumer.seekToBeginning(whole);
            while (true) {
                for (ConsumerRecord<byte[], byte[]> next : consumer.poll(Duration.ofSeconds(1))) {
                    write(next, record);
                }
            }
        }
    }

    private static void write(ConsumerRecord<byte[], byte[]> next, Record record) {
        Map<String, String> headers = new TreeMap<>();
        next.headers().forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
        StringBuilder lines = new StringBuilder();
        headers.forEach(
                (name, value) -> lines.append(name).append(": ").append(value).append('\n'));
        record.add(
                Map.of(
                        "key",
                        next.key() == null ? new byte[0] : next.key(),
                        "headers",
                        lines.toString().getBytes(StandardCharsets.UTF_8)),
                "value",
                next.value());
    }

    private static int free() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }
}
