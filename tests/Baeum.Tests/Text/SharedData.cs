namespace Baeum.Tests;

/// <summary>Third-party files that stand beside the repository and not in it.</summary>
internal static class SharedData
{
    /// <summary>The path of a file below <c>../shared</c>; where it is absent, the test is skipped.</summary>
    internal static string Path(string relative)
    {
        string path = System.IO.Path.GetFullPath(System.IO.Path.Combine([Goldens.Root, "..", "shared", .. relative.Split('/')]));
        Assert.SkipUnless(File.Exists(path), $"{relative} is not in ../shared");
        return path;
    }
}
