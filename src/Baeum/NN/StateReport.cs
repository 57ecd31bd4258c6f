using System.Text;

namespace Baeum;

/// <summary>One message about everything in which a state dictionary and a model differ.</summary>
internal static class StateReport
{
    private const int MostRows = 30;

    internal static void Throw(IReadOnlyCollection<string> missing, IReadOnlyCollection<string> unexpected, IReadOnlyCollection<(string Name, Shape Wanted, Shape Stored)> misshapen, string operation)
    {
        int count = missing.Count + unexpected.Count + misshapen.Count;
        if (count == 0) return;
        var text = new StringBuilder($"{operation}: {missing.Count} missing, {unexpected.Count} unexpected, {misshapen.Count} of another shape:");
        IEnumerable<string> rows =
        [
            .. misshapen.Select(m => $"  shape       {m.Name}: the model has {m.Wanted}, the file {m.Stored}"),
            .. missing.Select(name => $"  missing     {name}{Similar(name, unexpected)}"),
            .. unexpected.Select(name => $"  unexpected  {name}"),
        ];
        foreach (string row in rows.Take(MostRows)) text.Append('\n').Append(row);
        if (count > MostRows) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"\n  and {count - MostRows} more");
        throw new CheckpointException(text.ToString());
    }

    private static string Similar(string name, IReadOnlyCollection<string> candidates)
    {
        var near = Nearest.Names(name, candidates);
        return near.Count > 0 ? $" (is it {near[0]}?)" : "";
    }
}
