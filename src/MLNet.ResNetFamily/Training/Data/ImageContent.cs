using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace MLNet.ResNetFamily;

/// <summary>Tells images apart by what they hold, whatever they are called and wherever they are.</summary>
internal static class ImageContent
{
    /// <summary>
    /// The first half of the SHA-256 of a file's bytes, or of decoded pixels and their width; null where an image cannot be read or its
    /// kind has no content of its own.
    /// </summary>
    public static UInt128? Hash(ImageItem item)
    {
        try
        {
            return item switch
            {
                ImageFile file => HashFile(file.Path),
                EncodedImage encoded => Half(SHA256.HashData(encoded.Bytes)),
                DecodedImage { Image: var image } => HashPixels(image),
                _ => null,
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // Decoding it will say what is wrong.
            return null;
        }
    }

    private static UInt128 HashFile(string path)
    {
        using var stream = File.OpenRead(path);
        return Half(SHA256.HashData(stream));
    }

    private static UInt128 HashPixels(RgbImage image)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([image.Width, image.Height]));
        hash.AppendData(image.PixelSpan);
        return Half(hash.GetHashAndReset());
    }

    private static UInt128 Half(byte[] hash) => BinaryPrimitives.ReadUInt128LittleEndian(hash);
}
