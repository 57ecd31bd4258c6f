using System.Collections.Concurrent;
using System.Reflection;

namespace Baeum;

/// <summary>The small tables that the course computes with; they travel inside the assembly.</summary>
public static class CourseData
{
    private const string Prefix = "Baeum.data.";
    private static readonly Dictionary<string, string> Resources = Assembly.GetExecutingAssembly().GetManifestResourceNames()
        .Where(resource => resource.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(resource => resource[Prefix.Length..resource.IndexOf(".csv", StringComparison.Ordinal)], StringComparer.Ordinal);

    private static readonly ConcurrentDictionary<string, CsvTable> Loaded = new(StringComparer.Ordinal);

    /// <summary>The names of the tables.</summary>
    public static IReadOnlyList<string> Names => [.. Resources.Keys.Order(StringComparer.Ordinal)];

    /// <summary>
    /// A table: <c>iris</c> [150, 7] and <c>iris_tiny</c> [30, 7] (four measures, one column a species), <c>nba_rookies</c> [12, 4],
    /// <c>weight_height</c> [24, 2], <c>seoul_temperature</c> [365, 2], <c>concrete</c> [1030, 9], <c>digits</c> [1797, 65] (8×8 pixels
    /// of 0 to 16, then the digit).
    /// </summary>
    /// <exception cref="ArgumentException">There is no table of this name; the message lists near names.</exception>
    public static CsvTable Table(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!Resources.TryGetValue(name, out string? resource))
        {
            var near = Nearest.Names(name, Resources.Keys);
            throw new ArgumentException($"CourseData: there is no table '{name}'; {(near.Count > 0 ? $"near are {string.Join(", ", near)}" : $"there are {string.Join(", ", Names)}")}.", nameof(name));
        }
        return Loaded.GetOrAdd(name, _ =>
        {
            using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
            return CsvTable.Parse(TextFile.Decode(TextFile.ReadBytes(stream, name), name), source: name);
        });
    }
}
