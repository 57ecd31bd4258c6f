using System.Globalization;

namespace Baeum.Course;

/// <summary>The language in which Baeum speaks to its user: <c>BAEUM_LANG</c>, then <c>LANG</c>, then the system's; Korean or English.</summary>
public static class UserLanguage
{
    /// <summary>True when the user reads Korean.</summary>
    public static bool IsKorean => Choose(Environment.GetEnvironmentVariable("BAEUM_LANG"), Environment.GetEnvironmentVariable("LANG"));

    /// <summary>The text in the user's language.</summary>
    public static string Pick(string korean, string english) => IsKorean ? korean : english;

    /// <summary>The culture whose compiler messages the user reads. Numbers are always written the invariant way.</summary>
    public static CultureInfo Culture => CultureInfo.GetCultureInfo(IsKorean ? "ko" : "en");

    internal static bool Choose(string? own, string? system)
    {
        string? wanted = !string.IsNullOrWhiteSpace(own) ? own : system;
        // Windows sets no LANG: there the user's interface language decides
        wanted = string.IsNullOrWhiteSpace(wanted) ? CultureInfo.InstalledUICulture.Name : wanted;
        return wanted.Trim().StartsWith("ko", StringComparison.OrdinalIgnoreCase);
    }
}
