using System.Text;

namespace Baeum.Text;

/// <summary>The lines of a text file in strict UTF-8.</summary>
internal static class TextLines
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    /// <summary>Cut at line feeds alone: vocabularies hold other characters that some take for line ends.</summary>
    internal static string[] Read(string path)
    {
        string text = Decode(File.ReadAllBytes(path), path);
        if (text.EndsWith('\n'))
            text = text[..^1];
        string[] lines = text.Split('\n');
        for (int i = 0; i < lines.Length; i++)
            lines[i] = lines[i].EndsWith('\r') ? lines[i][..^1] : lines[i];
        return lines;
    }

    private static string Decode(byte[] bytes, string path)
    {
        try
        {
            return Strict.GetString(bytes.AsSpan().StartsWith("\uFEFF"u8) ? bytes.AsSpan(3) : bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new TokenizerException($"{path}: not UTF-8: {error.Message}", error);
        }
    }
}
