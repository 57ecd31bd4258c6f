using System.IO.Compression;
using System.Runtime.InteropServices;

namespace Baeum.Models;

/// <summary>
/// A checkpoint that PyTorch saved (<c>pytorch_model.bin</c>, <c>.pt</c>): a zip file with a pickle that names the tensors and a file of
/// bytes for each storage. The pickle is not executed: only what tensors need is understood, everything else is refused by name.
/// </summary>
internal sealed class TorchFile : IDisposable
{
    private const int MostPickleBytes = 64 << 20;
    private readonly ZipArchive zip;
    private readonly string path, root;
    private readonly Dictionary<string, TorchTensor> tensors;

    private TorchFile(string path, ZipArchive zip)
    {
        (this.path, this.zip) = (path, zip);
        ZipArchiveEntry pickle = zip.Entries.FirstOrDefault(entry => entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal))
            ?? throw new CheckpointException($"{path}: there is no data.pkl in it; it is no checkpoint of PyTorch 1.6 or later.");
        root = pickle.FullName[..^"data.pkl".Length];
        if (pickle.Length > MostPickleBytes) throw new CheckpointException($"{path}: its data.pkl claims {pickle.Length} bytes; more than {MostPickleBytes} are not allowed.");
        if (zip.GetEntry(root + "byteorder") is { } order && Text(order) != "little") throw new CheckpointException($"{path}: it was saved on a machine of the other byte order.");
        tensors = TorchPickle.Read(Bytes(pickle, pickle.Length), path);
    }

    /// <summary>Opens a file.</summary>
    /// <exception cref="CheckpointException">It is no checkpoint, or holds more than tensors.</exception>
    internal static TorchFile Open(string path)
    {
        ZipArchive? zip = null;
        try
        {
            zip = ZipFile.OpenRead(path);
            return new TorchFile(path, zip);
        }
        catch (Exception error)
        {
            zip?.Dispose();
            if (error is InvalidDataException or IOException or UnauthorizedAccessException or NotSupportedException)
                throw new CheckpointException($"{path}: it cannot be read as a zip file ({error.Message}); checkpoints from before PyTorch 1.6 must be saved again.", error);
            throw;
        }
    }

    internal IReadOnlyCollection<string> Names => tensors.Keys;

    /// <summary>Reads a tensor in a type to compute with; half precision becomes Float32.</summary>
    internal Tensor Read(string name)
    {
        TorchTensor tensor = tensors[name];
        int size = tensor.ElementSize;
        long count = 1, last = tensor.Offset;
        for (int d = 0; d < tensor.Shape.Length; d++)
        {
            count *= tensor.Shape[d];
            last += (tensor.Shape[d] - 1L) * tensor.Strides[d];
        }
        ZipArchiveEntry entry = zip.GetEntry($"{root}data/{tensor.Key}") ?? throw Broken(name, $"its storage {tensor.Key} is not in the file");
        long needed = count == 0 ? 0 : (last + 1) * size;
        if (count > Array.MaxLength || needed > entry.Length || needed > Array.MaxLength) throw Broken(name, $"its storage of {entry.Length} bytes is too small or too large for shape [{string.Join(", ", tensor.Shape)}]");
        byte[] bytes = Bytes(entry, needed);
        var gathered = new byte[count * size];
        Gather(bytes, gathered, tensor, size);
        Shape shape = Shape.Create(tensor.Shape);
        Tensor flat = tensor.Kind switch
        {
            "FloatStorage" => Tensor.From(MemoryMarshal.Cast<byte, float>(gathered).ToArray()),
            "DoubleStorage" => Tensor.From(MemoryMarshal.Cast<byte, double>(gathered).ToArray()),
            "HalfStorage" => Tensor.From(Array.ConvertAll(MemoryMarshal.Cast<byte, Half>(gathered).ToArray(), value => (float)value)),
            "BFloat16Storage" => Tensor.From(Array.ConvertAll(MemoryMarshal.Cast<byte, ushort>(gathered).ToArray(), bits => BitConverter.UInt32BitsToSingle((uint)bits << 16))),
            "LongStorage" => Tensor.From(MemoryMarshal.Cast<byte, long>(gathered).ToArray()),
            "IntStorage" => Tensor.From(Array.ConvertAll(MemoryMarshal.Cast<byte, int>(gathered).ToArray(), value => (long)value)),
            "ShortStorage" => Tensor.From(Array.ConvertAll(MemoryMarshal.Cast<byte, short>(gathered).ToArray(), value => (long)value)),
            "CharStorage" => Tensor.From(Array.ConvertAll(MemoryMarshal.Cast<byte, sbyte>(gathered).ToArray(), value => (long)value)),
            "ByteStorage" => Tensor.From(Array.ConvertAll(gathered, value => (long)value)),
            _ => Tensor.From(Array.ConvertAll(gathered, value => value != 0)),
        };
        return flat.Reshape(shape);
    }

    public void Dispose() => zip.Dispose();

    /// <summary>Puts the elements of a strided tensor side by side.</summary>
    private static void Gather(byte[] storage, byte[] target, TorchTensor tensor, int size)
    {
        int rank = tensor.Shape.Length;
        var index = new int[rank];
        for (int done = 0; done < target.Length; done += size)
        {
            long place = tensor.Offset;
            for (int d = 0; d < rank; d++) place += (long)index[d] * tensor.Strides[d];
            storage.AsSpan((int)(place * size), size).CopyTo(target.AsSpan(done));
            for (int d = rank - 1; d >= 0 && ++index[d] == tensor.Shape[d]; d--) index[d] = 0;
        }
    }

    /// <summary>The first bytes of an entry; what a compressed one claims is not believed before it is read.</summary>
    private byte[] Bytes(ZipArchiveEntry entry, long count)
    {
        try
        {
            using Stream stream = entry.Open();
            using var buffer = new MemoryStream();
            var piece = new byte[1 << 16];
            for (int read; buffer.Length < count && (read = stream.Read(piece, 0, (int)Math.Min(piece.Length, count - buffer.Length))) > 0;) buffer.Write(piece, 0, read);
            return buffer.Length == count ? buffer.ToArray() : throw new CheckpointException($"{path}: '{entry.FullName}' ends after {buffer.Length} of {count} bytes.");
        }
        catch (InvalidDataException error)
        {
            throw new CheckpointException($"{path}: '{entry.FullName}' cannot be unpacked: {error.Message}", error);
        }
    }

    private string Text(ZipArchiveEntry entry) => System.Text.Encoding.ASCII.GetString(Bytes(entry, Math.Min(entry.Length, 16)));

    private CheckpointException Broken(string name, string why) => new($"{path}: '{name}' cannot be read: {why}.");
}

/// <summary>A tensor as the pickle describes it: a piece of a storage.</summary>
internal sealed record TorchTensor(string Key, string Kind, long Offset, int[] Shape, int[] Strides)
{
    internal int ElementSize => Kind switch
    {
        "DoubleStorage" or "LongStorage" => 8,
        "FloatStorage" or "IntStorage" => 4,
        "HalfStorage" or "BFloat16Storage" or "ShortStorage" => 2,
        _ => 1,
    };
}
