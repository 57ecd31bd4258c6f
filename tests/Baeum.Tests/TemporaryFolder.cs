namespace Baeum.Tests;

/// <summary>A folder of its own for a test, gone afterwards.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("baeum-test-");

    internal string Path => folder.FullName;

    internal string File(string name) => System.IO.Path.Combine(folder.FullName, name);

    internal string Write(string name, byte[] bytes)
    {
        System.IO.File.WriteAllBytes(File(name), bytes);
        return File(name);
    }

    internal string Write(string name, string text) => Write(name, System.Text.Encoding.UTF8.GetBytes(text));

    public void Dispose() => folder.Delete(recursive: true);
}
