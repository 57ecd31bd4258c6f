using System.Text;

namespace Baeum;

/// <summary>Reads text of unknown encoding.</summary>
internal static class TextFile
{
    private const int MostBytes = 1 << 30;

    /// <summary>All of a file, which may be compressed by gzip.</summary>
    /// <exception cref="DataFileException">It cannot be read, or is too large.</exception>
    internal static byte[] ReadBytes(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return ReadBytes(stream, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new DataFileException(path, error.Message, error);
        }
    }

    /// <summary>All of a stream that can be rewound; what begins with gzip's mark is unpacked.</summary>
    internal static byte[] ReadBytes(Stream stream, string path, int mostBytes = MostBytes)
    {
        int first = stream.ReadByte(), second = stream.ReadByte();
        stream.Position = 0;
        if (first != 0x1f || second != 0x8b)
        {
            if (stream.Length > mostBytes) throw new DataFileException(path, $"{stream.Length} bytes are too many; at most {mostBytes} are read at once.");
            var plain = new byte[stream.Length];
            stream.ReadExactly(plain);
            return plain;
        }
        using var unpacked = new MemoryStream();
        using var gzip = new System.IO.Compression.GZipStream(stream, System.IO.Compression.CompressionMode.Decompress);
        Bounded.Copy(gzip, unpacked, mostBytes, path);
        return unpacked.ToArray();
    }

    /// <summary>
    /// Text by its byte-order mark, else as UTF-8 if it is valid, else as CP949, in which Korean spreadsheets still save.
    /// </summary>
    /// <exception cref="DataFileException">It is none of these.</exception>
    internal static string Decode(ReadOnlySpan<byte> bytes, string path)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        else if (bytes.Length >= 2 && bytes[0] == 0xff && bytes[1] == 0xfe) return Encoding.Unicode.GetString(bytes[2..]);
        else if (bytes.Length >= 2 && bytes[0] == 0xfe && bytes[1] == 0xff) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (System.Text.Unicode.Utf8.IsValid(bytes)) return Encoding.UTF8.GetString(bytes);
        try
        {
            return Korean().GetString(bytes);
        }
        catch (DecoderFallbackException error)
        {
            throw new DataFileException(path, "the text is neither UTF-8 nor CP949; name its encoding.", error);
        }
    }

    /// <summary>CP949 (Windows' Korean code page, a superset of EUC-KR), strict.</summary>
    private static Encoding Korean() =>
        CodePagesEncodingProvider.Instance.GetEncoding(949, EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback)!;
}

/// <summary>Unpacks streams whose size only their author knows.</summary>
internal static class Bounded
{
    /// <summary>Copies at most <paramref name="mostBytes"/>; more, or a damaged stream, is an error.</summary>
    internal static void Copy(Stream source, Stream target, long mostBytes, string path)
    {
        var buffer = new byte[1 << 16];
        long total = 0;
        try
        {
            for (int read; (read = source.Read(buffer)) > 0;)
            {
                total += read;
                if (total > mostBytes) throw new DataFileException(path, $"unpacked it has more than the {mostBytes} bytes that are allowed here.");
                target.Write(buffer, 0, read);
            }
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new DataFileException(path, $"the packed data are damaged: {error.Message}", error);
        }
    }
}
