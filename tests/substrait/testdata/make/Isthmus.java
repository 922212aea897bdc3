import io.substrait.isthmus.SqlToSubstrait;
import io.substrait.isthmus.sql.SubstraitCreateStatementParser;
import io.substrait.plan.PlanProtoConverter;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes Calcite's plans of the queries in one folder to another: Isthmus.java TABLES QUERIES OUT */
public class Isthmus {
  public static void main(String[] args) throws Exception {
    var tables = SubstraitCreateStatementParser.processCreateStatementsToCatalog(Files.readString(Path.of(args[0])).split(";"));
    try (var queries = Files.newDirectoryStream(Path.of(args[1]), "*.sql")) {
      for (Path query : queries) {
        String sql = Files.readString(query).trim().replaceAll(";$", "");
        var plan = new PlanProtoConverter().toProto(new SqlToSubstrait().convert(sql, tables));
        String name = query.getFileName().toString().replace(".sql", ".pb");
        Files.write(Path.of(args[2], name), plan.toByteArray());
      }
    }
  }
}
