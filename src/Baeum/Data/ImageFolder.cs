namespace Baeum;

/// <summary>Pictures in one folder a class: <c>root/cat/1.png</c>. An example is the picture and the place of its class among the names.</summary>
public sealed class ImageFolder : IDataset<(Tensor Image, long Class)>
{
    private static readonly HashSet<string> Endings = new(StringComparer.OrdinalIgnoreCase) { ".png", ".pgm", ".ppm", ".pnm" };

    private readonly (string Path, long Class)[] files;

    /// <summary>Looks through a folder; the pictures are read when they are asked for.</summary>
    /// <exception cref="DataFileException">The folder is not there, or holds no pictures in folders.</exception>
    public ImageFolder(string root)
    {
        if (!Directory.Exists(root)) throw new DataFileException(root, "there is no such folder.");
        string[] folders = [.. Directory.GetDirectories(root).Order(StringComparer.Ordinal)];
        Classes = Array.ConvertAll(folders, folder => Path.GetFileName(folder));
        files = [.. folders.SelectMany((folder, i) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => Endings.Contains(Path.GetExtension(file))).Order(StringComparer.Ordinal).Select(file => (file, (long)i)))];
        if (files.Length == 0) throw new DataFileException(root, "it holds no folders with PNG, PGM or PPM pictures; one folder a class was expected.");
    }

    /// <summary>The names of the classes in alphabetical order; a class id is a place among them.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public int Count => files.Length;

    /// <summary>The picture, Float32 [channels, height, width] of 0 to 1, and its class.</summary>
    /// <exception cref="DataFileException">The picture cannot be read.</exception>
    public (Tensor Image, long Class) this[int index]
    {
        get
        {
            var (path, id) = files[Datasets.Check(index, Count)];
            return (ImageFile.Read(path), id);
        }
    }
}
