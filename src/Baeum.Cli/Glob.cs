using System.Text.RegularExpressions;

namespace Baeum.Cli;

/// <summary>The names that <c>--only</c> chooses: <c>*</c> stands for any letters, slashes too, <c>?</c> for one.</summary>
internal sealed class Glob(string? pattern)
{
    private readonly Regex? regex = pattern is null
        ? null
        : new Regex("^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal).Replace(@"\?", ".", StringComparison.Ordinal) + "$", RegexOptions.CultureInvariant | RegexOptions.Singleline);

    /// <summary>True when the whole name fits; without a pattern every name does.</summary>
    internal bool Matches(string name) => regex is null || regex.IsMatch(name);

    /// <summary>False when no name of the form <c>folder/...</c> can fit, so that the folder need not be opened.</summary>
    internal bool MayMatchBelow(string folder)
    {
        string start = pattern is null ? "" : pattern.Split('*', '?')[0], below = folder + "/";
        return below.StartsWith(start, StringComparison.Ordinal) || start.StartsWith(below, StringComparison.Ordinal) || Matches(folder);
    }
}
