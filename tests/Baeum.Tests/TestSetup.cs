using System.Globalization;
using System.Runtime.CompilerServices;

namespace Baeum.Tests;

/// <summary>Runs before any test: the culture that <c>./test</c> asks for, so that no number is read or written by the user's habits.</summary>
internal static class TestSetup
{
    [ModuleInitializer]
    internal static void UseCulture()
    {
        string? name = Environment.GetEnvironmentVariable("BAEUM_TEST_CULTURE");
        if (string.IsNullOrEmpty(name))
            return;
        var culture = CultureInfo.GetCultureInfo(name);
        CultureInfo.DefaultThreadCurrentCulture = culture;
        CultureInfo.CurrentCulture = culture;
    }
}
