using System.Buffers.Binary;
using System.Security.Cryptography;
using Baeum.Text;

namespace Baeum.Course;

/// <summary>
/// Compiled chapters in <c>artifacts/chapters</c>, one file each: a digest of the text, its place and the engine; a digest of the rest; code; symbols.
/// A file that does not fit is as good as none, and a folder that cannot be written to only costs time.
/// </summary>
internal static class ChapterCache
{
    private const int Digest = SHA256.HashSizeInBytes, Head = 2 * Digest + sizeof(int);

    internal static (byte[] Code, byte[] Symbols)? Find(Chapter chapter)
    {
        try
        {
            string path = PathOf(chapter);
            if (!File.Exists(path))
                return null;
            ReadOnlySpan<byte> bytes = File.ReadAllBytes(path);
            if (bytes.Length < Head || !bytes[..Digest].SequenceEqual(Key(chapter)) || !bytes[Digest..(2 * Digest)].SequenceEqual(SHA256.HashData(bytes[(2 * Digest)..])))
                return null;
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(2 * Digest)..]);
            return length >= 0 && length <= bytes.Length - Head ? (bytes.Slice(Head, length).ToArray(), bytes[(Head + length)..].ToArray()) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    internal static void Keep(Chapter chapter, byte[] code, byte[] symbols)
    {
        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, code.Length);
        byte[] content = [.. length, .. code, .. symbols];
        try
        {
            string path = PathOf(chapter);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream =>
            {
                stream.Write(Key(chapter));
                stream.Write(SHA256.HashData(content));
                stream.Write(content);
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // a course on a read-only disk runs all the same
        }
    }

    // HOME/chapters/PART/NAME.cs
    private static string PathOf(Chapter chapter) =>
        Path.Combine(Path.GetFullPath(Path.Combine(chapter.Path, "..", "..", "..")), "artifacts", "chapters", chapter.Id + ".bin");

    // the identities of the assemblies change with every change of the engine
    private static byte[] Key(Chapter chapter) => SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(string.Join('\n',
        Environment.Version, typeof(Tensor).Module.ModuleVersionId, typeof(ChapterCache).Module.ModuleVersionId, typeof(Hangul).Module.ModuleVersionId,
        chapter.Path, chapter.Source)));
}
