import java.math.BigDecimal;
import java.sql.*;

public class Parameters {
    static void show(PreparedStatement p) throws SQLException {
        try (ResultSet r = p.executeQuery()) {
            StringBuilder row = new StringBuilder();
            while (r.next()) {
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    row.append(r.getMetaData().getColumnName(i)).append('=').append(r.getObject(i)).append(' ');
                }
            }
            System.out.println("> " + row.toString().trim());
        }
    }

    public static void main(String[] args) throws Exception {
        String url = "jdbc:arrow-flight-sql://" + args[0] + "/?useEncryption=false&x-shoal-schema=d";
        try (Connection c = DriverManager.getConnection(url)) {
            try (PreparedStatement p = c.prepareStatement("SELECT count(*) AS n FROM facts WHERE k <= ? AND day > ? AND price < ?")) {
                p.setLong(1, 100);
                p.setDate(2, Date.valueOf("2026-01-10"));
                p.setBigDecimal(3, new BigDecimal("20.00"));
                show(p);
                p.setLong(1, 50);
                show(p);
            }
            try (PreparedStatement p = c.prepareStatement("SELECT ?::INTEGER + 1 AS i, ?::DOUBLE AS d, ? AS s, ?::INTEGER AS n, epoch_ms(?::TIMESTAMP) AS t")) {
                p.setInt(1, 5);
                p.setDouble(2, 0.5);
                p.setString(3, "a'b");
                p.setNull(4, Types.INTEGER);
                p.setString(5, "2020-09-13 12:26:40.123");
                show(p);
            }
            try (PreparedStatement p = c.prepareStatement("EXPLAIN SELECT k FROM facts WHERE k <= ?")) {
                p.setLong(1, 100);
                try (ResultSet r = p.executeQuery()) {
                    r.next();
                    System.out.println("> " + r.getString(1) + " " + r.getString(2).contains("1 of 10 chunks"));
                }
            }
        }
    }
}
